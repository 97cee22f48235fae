<?php
// Enqueues a callback and waits for its result. Needs phpredis (Debian: php-cli php-redis).

$url = parse_url(getenv('RINGBACK_REDIS_URL') ?: 'redis://127.0.0.1:6379');
$redis = new Redis();
$redis->connect($url['host'], $url['port'] ?? 6379);
if (isset($url['pass'])) {
    $redis->auth([$url['user'] ?? 'default', $url['pass']]);
}
$results = '{ringback:default}:results';

$intent = [
    "id" => uniqid("php-"),
    "callId" => "89328b83-ff42-4c85-a2af-e948124365de",
    "callbackNumber" => "+18445791189",
    "attributes" => ["from" => "php"],
];

// Taken before the promise is made: from here on no result can be missed.
$lastSeen = array_key_first($redis->xRevRange($results, '+', '-', 1)) ?? '0-0';

// Never with a maximal length: it would drop what nobody has read yet. If this fails, do it again: the same id is one
// callback.
$json = json_encode($intent, JSON_THROW_ON_ERROR);
$redis->xAdd('{ringback:default}:inbox', '*', ['intent' => $json]);

while (true) {
    $streams = $redis->xRead([$results => $lastSeen], 100, 1000) ?: [];
    foreach ($streams[$results] ?? [] as $lastSeen => $entry) {
        if ($entry['id'] === $intent['id']) {
            print_r($entry);
            exit(0);
        }
    }
}
