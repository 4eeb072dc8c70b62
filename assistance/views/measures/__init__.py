"""Pages of measures and enrolments."""
