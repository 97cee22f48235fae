#!/usr/bin/perl
# Handles the end of every callback, for ever, as one of a group: perl results.pl [consumer [milliseconds]]
# Each consumer of the group needs a name of its own. What one has held for so many ms it will not finish: another takes it over.
# Stop it whenever you like: what it has not confirmed is given again, to it or to another. Needs Redis.pm (Debian: libredis-perl).
use strict;
use warnings;
use FindBin qw($Bin);
use Sys::Hostname qw(hostname);
use lib $Bin;
use Connect qw(ask);

my ($stream, $group) = ('{ringback:default}:results', 'crm');
my $consumer = shift // hostname();
# Longer than handling a hundred results ever takes.
my $abandoned_ms = shift // 60_000;
$| = 1;

# 0: what is there already counts too.
eval { ask(xgroup => 'CREATE', $stream, $group, '0', 'MKSTREAM'); 1 } or $@ =~ /BUSYGROUP/ or die $@;

# Yours. It may see an entry twice, if it was interrupted: make it repeatable. A dead letter that could not lie under the id that
# you gave has an id of its own.
sub handle {
    my %result = @_;
    print $result{submittedId} // $result{id}, " $result{state} ", $result{recordId} // $result{code}, "\n";
}

sub handle_all {
    for my $entry (grep { defined } @_) {
        my ($entry_id, $fields) = @$entry;
        # Trimmed since it was given to somebody: nothing is left to handle.
        handle(@$fields) if $fields && @$fields;
        ask(xack => $stream, $group, $entry_id);
    }
}

# What consumers were given that have died since. Those that live hold nothing for so long.
sub take_over {
    my $start = '0-0';
    do {
        my $claimed = ask(xautoclaim => $stream, $group, $consumer, $abandoned_ms, $start, COUNT => 100);
        $start = $claimed->[0];
        handle_all(@{ $claimed->[1] });
    } while ($start ne '0-0');
}

# First what this consumer was given before it was interrupted, then what is new.
my $position = '0';
my $looked_at = 0;
my $block = $abandoned_ms < 5000 ? $abandoned_ms : 5000;
while (1) {
    if (time - $looked_at >= $abandoned_ms / 1000) {
        take_over();
        $looked_at = time;
    }
    my $read = ask(xreadgroup => GROUP => $group, $consumer, COUNT => 100, BLOCK => $block, STREAMS => $stream, $position);
    my @entries = $read && @$read ? @{ $read->[0][1] } : ();
    $position = '>' unless @entries;
    handle_all(@entries);
}
