"""Redis as the broker, without a way for a worker to fall asleep."""

from kombu.transport import redis, virtual


class QoS(redis.QoS):
    """Lets go of a message also where the broker cannot be told so.

    Celery logs a failed acknowledgement and goes on. Kombu then counts the message as held for
    ever: a worker that takes one at a time would take no other until somebody starts it anew.
    The broker gives the message out again later, which every task bears.
    """

    def ack(self, delivery_tag: str) -> None:
        try:
            super().ack(delivery_tag)
        except Exception:
            virtual.QoS.ack(self, delivery_tag)
            raise

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        try:
            super().reject(delivery_tag, requeue=requeue)
        except Exception:
            virtual.QoS.ack(self, delivery_tag)
            raise


class Channel(redis.Channel):
    QoS = QoS


class Transport(redis.Transport):
    Channel = Channel
