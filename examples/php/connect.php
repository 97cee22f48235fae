<?php
// Gives a connection as RINGBACK_REDIS_URL says: $redis = require 'connect.php'. Needs phpredis (Debian: php-cli php-redis).

function connect(): Redis
{
    $url = parse_url(getenv('RINGBACK_REDIS_URL') ?: 'redis://127.0.0.1:6379');
    $redis = new Redis();
    $context = isset($url['pass']) ? ['auth' => [($url['user'] ?? '') ?: 'default', $url['pass']]] : [];
    $redis->connect($url['host'], $url['port'] ?? 6379, 5, null, 100, 0, $context);
    return $redis;
}

// What $ask sends is sent again while there is no connection, so it must be safe to send twice. Of an error that Redis answers
// phpredis makes false.
function persistently(Redis &$redis, callable $ask): mixed
{
    for ($tries = 0; ; $tries++) {
        try {
            return $ask($redis);
        } catch (RedisException $error) {
            if ($tries === 8) {
                throw $error;
            }
            usleep(250000);
            try {
                $redis = connect();
            } catch (RedisException) {
                // It says so again when it is asked.
            }
        }
    }
}

function finish(string $words, int $status): never
{
    fwrite($status === 0 ? STDOUT : STDERR, "$words\n");
    exit($status);
}

return connect();
