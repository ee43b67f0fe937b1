"""The program under test is named by the environment variable GROUNDSWELL."""

import os
import shutil

import pytest


@pytest.fixture(scope="session")
def program():
    path = os.environ.get("GROUNDSWELL")
    if not path or not shutil.which(path):
        pytest.exit("set GROUNDSWELL to the path of the program to test", returncode=2)
    return os.path.abspath(path)
