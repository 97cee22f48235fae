<?php
// Enqueues many in few round trips, an intent with an id of its own on each line: php batch.php < ../callbacks.jsonl
// Exit status 0: Redis has all of them. If it is another one, run it again: what has its id is one callback.

$redis = require __DIR__ . '/connect.php';

function promiseAll(Redis $redis, array $intents): int
{
    $pipeline = $redis->pipeline();
    foreach ($intents as $intent) {
        $pipeline->xAdd('{ringback:default}:inbox', '*', ['intent' => $intent]);
    }
    // What is wrong with an intent itself becomes a dead letter.
    $entries = $pipeline->exec();
    if (in_array(false, $entries, true)) {
        finish("not promised: {$redis->getLastError()}", 1);
    }
    return count($entries);
}

$intents = array_values(array_filter(array_map('trim', file('php://stdin'))));
$promised = 0;
foreach (array_chunk($intents, 500) as $some) {
    $promised += persistently($redis, fn ($redis) => promiseAll($redis, $some));
}
echo "promised: $promised\n";
