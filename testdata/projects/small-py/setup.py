from pathlib import Path

from setuptools import find_packages, setup

requirements = Path(__file__).with_name("requirements.txt").read_text(encoding="utf-8").split()

setup(
    name="moose-sample",
    version="0.0.0",
    packages=find_packages(include=["app", "app.*"]),
    install_requires=requirements,
    python_requires=">=3.12",
)
