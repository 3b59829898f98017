"""The side panel and its tabs: Read, Explain, Export."""
