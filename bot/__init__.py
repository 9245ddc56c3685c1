"""How Suifang touches the world: settings, channels, pages, files."""
