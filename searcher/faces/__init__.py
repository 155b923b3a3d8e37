"""Faces: how people and programs reach an archive. They use the public API and the renderers, nothing else."""
