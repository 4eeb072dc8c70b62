"""Small things every app needs: clock, money, personal data, registries, template tags. Owns no table."""
