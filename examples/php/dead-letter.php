<?php
// Says why a callback is a dead letter: php dead-letter.php acme-4711
// Exit status 0: it is one. Its fields intent and raw hold the customer's number, and are not asked for.

$redis = require __DIR__ . '/connect.php';
$id = $argv[1];
$fields = ['state', 'reason', 'code', 'message', 'possibleDuplicate'];
$letter = persistently($redis, fn ($redis) => $redis->hMGet("{ringback:default}:callback:$id", $fields));
if ($letter === false) {
    finish("cannot read $id: {$redis->getLastError()}", 1);
}
if ($letter['state'] !== 'dead') {
    finish("$id is no dead letter: " . ($letter['state'] ?: 'not known'), 1);
}
$doubt = $letter['possibleDuplicate'] ? ' (perhaps booked)' : '';
finish("$id {$letter['reason']} {$letter['code']}: {$letter['message']}$doubt", 0);
