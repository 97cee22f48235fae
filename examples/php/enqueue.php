<?php
// Enqueues a callback with a delay, and waits for its end, up to 60 seconds or what is given: php enqueue.php acme-4711 300
// The id begins with the prefix of the user, who can read no callback under another one (docs/wire-protocol.md).
// Exit status 0: booked. Run it again with the same id whenever it is not clear what became of it: that is one callback.

$redis = require __DIR__ . '/connect.php';
$id = $argv[1];
$patience = (float) ($argv[2] ?? 60);

$intent = [
    "id" => $id,
    "callId" => "89328b83-ff42-4c85-a2af-e948124365de",
    "callbackNumber" => "+18445791189",
    "delay" => "1s",
    "attributes" => ["from" => "php"],
];

// Never with a maximal length: it would drop what nobody has read yet.
$json = json_encode($intent, JSON_THROW_ON_ERROR);
$promise = fn ($redis) => $redis->xAdd('{ringback:default}:inbox', '*', ['intent' => $json]);
if (persistently($redis, $promise) === false) {
    finish("not promised: {$redis->getLastError()}", 1);
}
echo "promised: $id\n";

$seen = null;
$deadline = microtime(true) + $patience;
while (microtime(true) < $deadline) {
    $fields = ['state', 'recordId', 'reason', 'code', 'message'];
    $callback = persistently($redis, fn ($redis) => $redis->hMGet("{ringback:default}:callback:$id", $fields));
    if ($callback === false) {
        finish("cannot read $id: {$redis->getLastError()}", 1);
    }
    $state = $callback['state'];
    if (in_array($state, ['booked', 'dead', 'cancelled'], true)) {
        finish(json_encode(array_filter($callback)), $state === 'booked' ? 0 : 1);
    }
    if ($state === false && $seen !== null) {
        finish("$id was erased", 1);
    }
    $seen = $state === false ? null : $state;
    usleep(500000);
}
$where = $seen ?? 'not taken in: does a worker run?';
finish("$id has not ended yet ($where); the callback itself continues", 1);
