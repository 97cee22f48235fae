<?php
// Handles the end of every callback, for ever, as one of a group: php results.php [consumer [milliseconds]]
// Each consumer of the group needs a name of its own. What one has held for so many ms it will not finish: another takes it over.
// Stop it whenever you like: what it has not confirmed is given again, to it or to another.

$redis = require __DIR__ . '/connect.php';
const RESULTS = '{ringback:default}:results';
const GROUP = 'crm';
$consumer = $argv[1] ?? gethostname();
$abandonedMs = (int) ($argv[2] ?? 60000);

// phpredis gives an error of Redis as false.
function orFinish(Redis $redis, mixed $answer): mixed
{
    $error = $redis->getLastError();
    return $answer === false && $error !== null ? finish($error, 1) : $answer;
}

// Yours. It may see an entry twice, if it was interrupted: make it repeatable. A dead letter that could not lie under the id that
// you gave has an id of its own.
function handle(array $result): void
{
    $word = $result['recordId'] ?? $result['code'] ?? '';
    echo $result['submittedId'] ?? $result['id'], " {$result['state']} $word\n";
}

function handleAll(Redis $redis, array $entries): void
{
    foreach ($entries as $entry => $result) {
        // Trimmed since it was given to somebody: nothing is left to handle.
        if ($result) {
            handle($result);
        }
        orFinish($redis, $redis->xAck(RESULTS, GROUP, [$entry]));
    }
}

// What consumers were given that have died since. Those that live hold nothing for so long.
function takeOver(Redis $redis, string $consumer, int $abandonedMs): void
{
    $next = '0-0';
    do {
        $words = [RESULTS, GROUP, $consumer, $abandonedMs, $next, 'COUNT', 100];
        [$next, $entries] = orFinish($redis, $redis->rawCommand('XAUTOCLAIM', ...$words));
        foreach (array_filter($entries) as [$entry, $fields]) {
            $pairs = array_chunk($fields ?: [], 2);
            handleAll($redis, [$entry => array_column($pairs, 1, 0)]);
        }
    } while ($next !== '0-0');
}

// 0: what is there already counts too.
$created = persistently($redis, fn ($redis) => $redis->xGroup('CREATE', RESULTS, GROUP, '0', true));
if ($created === false && !str_starts_with($redis->getLastError(), 'BUSYGROUP')) {
    finish($redis->getLastError(), 1);
}
// First what this consumer was given before it was interrupted, then what is new.
$position = '0';
$lookedAt = 0;
while (true) {
    persistently($redis, function ($redis) use ($consumer, $abandonedMs, &$position, &$lookedAt) {
        $redis->clearLastError();
        if (microtime(true) - $lookedAt > $abandonedMs / 1000) {
            takeOver($redis, $consumer, $abandonedMs);
            $lookedAt = microtime(true);
        }
        $read = $redis->xReadGroup(GROUP, $consumer, [RESULTS => $position], 100, min(5000, $abandonedMs));
        $entries = (orFinish($redis, $read) ?: [])[RESULTS] ?? [];
        handleAll($redis, $entries);
        $position = $entries ? $position : '>';
    });
}
