<?php
// Enqueues a callback and waits for its end, up to 60 seconds or what is given: enqueue.php 300
// Needs phpredis (Debian: php-cli php-redis). Exit status 0: booked.

$url = parse_url(getenv('RINGBACK_REDIS_URL') ?: 'redis://127.0.0.1:6379');
$redis = new Redis();
$redis->connect($url['host'], $url['port'] ?? 6379);
if (isset($url['pass'])) {
    $redis->auth([($url['user'] ?? '') ?: 'default', $url['pass']]);
}
$patience = (float) ($argv[1] ?? 60);

// The id begins with the prefix of the user, who can read no callback under another one (docs/wire-protocol.md).
$intent = [
    "id" => uniqid("acme-php-"),
    "callId" => "89328b83-ff42-4c85-a2af-e948124365de",
    "callbackNumber" => "+18445791189",
    "attributes" => ["from" => "php"],
];

function finish(string $words, int $status): never
{
    fwrite($status === 0 ? STDOUT : STDERR, "$words\n");
    exit($status);
}

// Never with a maximal length: it would drop what nobody has read yet. If this fails, do it again: the same id is one
// callback. phpredis answers false where Redis answers with an error.
$json = json_encode($intent, JSON_THROW_ON_ERROR);
if ($redis->xAdd('{ringback:default}:inbox', '*', ['intent' => $json]) === false) {
    finish("not promised: {$redis->getLastError()}", 1);
}
echo "promised: {$intent['id']}\n";

$seen = null;
$deadline = microtime(true) + $patience;
while (microtime(true) < $deadline) {
    $fields = ['state', 'recordId', 'reason', 'code', 'message'];
    $callback = $redis->hMGet("{ringback:default}:callback:{$intent['id']}", $fields);
    if ($callback === false) {
        finish("cannot read {$intent['id']}: {$redis->getLastError()}", 1);
    }
    $state = $callback['state'];
    if (in_array($state, ['booked', 'dead', 'cancelled'], true)) {
        finish(json_encode(array_filter($callback)), $state === 'booked' ? 0 : 1);
    }
    if ($state === false && $seen !== null) {
        finish("{$intent['id']} was erased", 1);
    }
    $seen = $state === false ? null : $state;
    usleep(500000);
}
$where = $seen ?? 'not taken in: does a worker run?';
finish("{$intent['id']} has not ended yet ($where); the callback itself continues", 1);
