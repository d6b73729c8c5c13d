"""The version of the generator of incidents."""

INCIDENT_VERSION = "2"  # changes whenever the incident of any seed would
