#!/usr/bin/perl
# Enqueues a callback with a delay, and waits for its end, up to 60 seconds or what is given: perl enqueue.pl acme-4711 300
# The id begins with the prefix of the user, who can read no callback under another one (docs/wire-protocol.md).
# Needs Redis.pm (Debian: libredis-perl). Exit status 0: booked. Run it again with the same id whenever it is not clear what became
# of it: that is one callback.
use strict;
use warnings;
use FindBin qw($Bin);
use JSON::PP qw(encode_json);
use Time::HiRes qw(sleep time);
use lib $Bin;
use Connect qw(ask);

my $id = shift or die "usage: enqueue.pl ID [SECONDS]\n";
my $patience = shift // 60;
$| = 1;

my $intent = encode_json({
    id => $id,
    callId => '89328b83-ff42-4c85-a2af-e948124365de',
    callbackNumber => '+18445791189',
    delay => '1s',
    attributes => { from => 'perl' },
});

# Never with MAXLEN: it would drop what nobody has read yet.
ask(xadd => '{ringback:default}:inbox', '*', intent => $intent);
print "promised: $id\n";

my $seen;
my $deadline = time + $patience;
while (time < $deadline) {
    my @names = qw(state recordId reason code message);
    my %callback;
    @callback{@names} = ask(hmget => "{ringback:default}:callback:$id", @names);
    my $state = $callback{state};
    if (defined $state && $state =~ /^(?:booked|dead|cancelled)$/) {
        print join(' ', grep { defined } @callback{@names}), "\n";
        exit($state eq 'booked' ? 0 : 1);
    }
    die "$id was erased\n" if defined $seen && !defined $state;
    $seen = $state;
    sleep 0.5;
}
my $where = $seen // 'not taken in: does a worker run?';
die "$id has not ended yet ($where); the callback itself continues\n";
