#!/usr/bin/perl
# Enqueues many in few round trips, an intent with an id of its own on each line: perl batch.pl < ../callbacks.jsonl
# Needs Redis.pm (Debian: libredis-perl). Exit status 0: Redis has all of them. If it is another one, run it again: what has its id
# is one callback.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin;
use Connect qw(connection);

my $redis = connection();
my $promised = 0;

# With a function as the last argument, nobody waits for the answer.
sub note_answer {
    my ($entry, $error) = @_;
    die "not promised: $error\n" if defined $error;
    $promised++;
}

my $sent = 0;
while (my $intent = <STDIN>) {
    chomp $intent;
    next unless $intent =~ /\S/;
    # What is wrong with an intent itself becomes a dead letter.
    $redis->xadd('{ringback:default}:inbox', '*', intent => $intent, \&note_answer);
    # A few hundred at a time: neither side has to hold a whole file.
    $redis->wait_all_responses if ++$sent % 500 == 0;
}
$redis->wait_all_responses;
print "promised: $promised\n";
