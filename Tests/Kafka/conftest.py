"""What the tests of real hubs start."""

import pytest

from brokers import Broker, Mock, Shell


@pytest.fixture(scope="session")
def broker(tmp_path_factory):
    broker = Broker(tmp_path_factory.mktemp("broker")).start()
    yield broker
    broker.stop()


@pytest.fixture
def own_broker(tmp_path_factory):
    """For tests that stop it."""
    broker = Broker(tmp_path_factory.mktemp("broker")).start()
    yield broker
    broker.stop()


@pytest.fixture
def mock(tmp_path):
    mock = Mock(tmp_path)
    yield mock
    mock.process.stdin.close()
    mock.process.wait(timeout=10)


@pytest.fixture
def shell(program, tmp_path):
    return Shell(program, tmp_path / "workspace")
