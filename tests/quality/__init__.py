"""The quality bar of OpenEnv, check by check."""
