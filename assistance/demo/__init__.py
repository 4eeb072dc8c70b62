"""The demo's year of visits: who came when, what they saw and promised, what they missed."""
