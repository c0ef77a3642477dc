"""Reads of Relay: `devices` answers screens, `fleet` answers people and the rooms around."""
