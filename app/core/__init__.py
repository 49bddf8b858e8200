"""What every floor stands on; nothing here knows what the service is for."""
