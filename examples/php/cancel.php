<?php
// Takes a callback back, and says what came of it: php cancel.php acme-4711
// Exit status 0: it is cancelled. Said twice, it does nothing more.

$redis = require __DIR__ . '/connect.php';

$wish = json_encode(['id' => $argv[1], 'by' => 'php', 'reason' => 'reached by mail'], JSON_THROW_ON_ERROR);
$entry = persistently($redis, fn ($redis) => $redis->xAdd('{ringback:default}:inbox', '*', ['cancel' => $wish]));
if ($entry === false) {
    finish("not sent: {$redis->getLastError()}", 1);
}

$deadline = microtime(true) + 10;
while (microtime(true) < $deadline) {
    $answer = persistently($redis, fn ($redis) => $redis->get("{ringback:default}:wish:$entry"));
    if ($answer === false && $redis->getLastError() !== null) {
        finish("cannot read what came of it: {$redis->getLastError()}", 1);
    }
    if ($answer !== false) {
        // What became of each callback; or the dead letter that the wish has become, where it is about none.
        $outcomes = json_decode($answer, true, 8, JSON_THROW_ON_ERROR);
        if (isset($outcomes['code'])) {
            finish("{$outcomes['code']}: {$outcomes['message']}", 1);
        }
        foreach ($outcomes as $outcome) {
            echo "{$outcome['id']} {$outcome['outcome']}\n";
        }
        exit(array_unique(array_column($outcomes, 'outcome')) === ['cancelled'] ? 0 : 1);
    }
    usleep(100000);
}
finish('no worker has seen to it yet: what was said stands', 1);
