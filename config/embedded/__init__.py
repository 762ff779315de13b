"""The engines in the house: a private PostgreSQL and Redis for whoever sets no URL of their own."""

from config.embedded.attachment import Attachment, attach_or_start, attached
from config.embedded.errors import EngineError
from config.embedded.paths import data_dir, database_url, is_embedded_database, is_embedded_redis, redis_url

__all__ = [
    "Attachment",
    "EngineError",
    "attach_or_start",
    "attached",
    "data_dir",
    "database_url",
    "is_embedded_database",
    "is_embedded_redis",
    "redis_url",
]
