"""Settings: `base` holds what all share, `local` the embedded defaults, `production` refuses to start half-configured."""
