"""`python -m tests.external`: prints where the suite can run a second time, on servers that this machine has.

Two lines for a shell, when a PostgreSQL and a Redis answer without a password at the standard ports of 127.0.0.1;
else nothing. The suite gets a database of its own, and the Redis numbers that hardly anybody uses.
"""

import psycopg
import redis

HOST, NAME, FIRST_NUMBER = "127.0.0.1", "prm_ci", 8
SERVER = f"host={HOST} port=5432 user=postgres dbname=postgres connect_timeout=3"


def has_database() -> bool:
    try:
        with psycopg.connect(SERVER, autocommit=True) as server:
            if not server.execute("select 1 from pg_database where datname = %s", [NAME]).fetchone():
                server.execute(f"create database {NAME}".encode())
    except psycopg.Error:
        return False
    return True


def has_redis() -> bool:
    try:
        return bool(redis.Redis(host=HOST, socket_connect_timeout=3).ping())
    except redis.RedisError:
        return False


def main() -> None:
    if has_database() and has_redis():
        print(f"export PRM_TEST_DATABASE_URL=postgresql://postgres@{HOST}:5432/{NAME}")
        print(f"export PRM_TEST_REDIS_URL=redis://{HOST}:6379/{FIRST_NUMBER}")


if __name__ == "__main__":
    main()
