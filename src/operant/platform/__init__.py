"""The ground floor: what every room stands on. It knows no room."""
