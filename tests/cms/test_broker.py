"""A broker that dies under an acknowledgement: the worker must go on taking tasks."""

import pytest
from kombu import Connection, Consumer, Producer, Queue
from kombu.exceptions import OperationalError

from tests.services import redis_server

QUEUE = Queue("katsuyo-test")


@pytest.mark.services
@pytest.mark.parametrize("say", ["ack", "reject"])
def test_what_cannot_be_acknowledged_does_not_block_the_next(tmp_path, say):
    taken = []
    with (
        redis_server(tmp_path) as redis,
        Connection(redis.url, transport="cms.broker:Transport") as connection,
    ):
        channel = connection.channel()
        producer = Producer(channel)
        consumer = Consumer(channel, [QUEUE], on_message=taken.append, prefetch_count=1)
        producer.publish("first", routing_key=QUEUE.name, declare=[QUEUE])
        with consumer:
            connection.drain_events(timeout=5)
            redis.kill()
            with pytest.raises(connection.connection_errors):
                getattr(taken[0], say)()
            redis.start()
            with Connection(redis.url) as another:
                another.Producer().publish("second", routing_key=QUEUE.name, declare=[QUEUE])
            for _attempt in range(3):  # the first may find the old socket closed
                try:
                    connection.drain_events(timeout=5)
                except (OperationalError, *connection.connection_errors):
                    continue
                break
    assert [message.payload for message in taken] == ["first", "second"]
