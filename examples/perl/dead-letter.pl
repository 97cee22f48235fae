#!/usr/bin/perl
# Says why a callback is a dead letter: perl dead-letter.pl acme-4711
# Needs Redis.pm (Debian: libredis-perl). Exit status 0: it is one. Its fields intent and raw hold the customer's number, and are
# not asked for.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin;
use Connect qw(ask);

my $id = shift or die "usage: dead-letter.pl ID\n";
my ($state, $reason, $code, $message, $doubt) =
    ask(hmget => "{ringback:default}:callback:$id", qw(state reason code message possibleDuplicate));
die "$id is no dead letter: ", $state // 'not known', "\n" unless ($state // '') eq 'dead';
print "$id $reason $code: $message", $doubt ? ' (perhaps booked)' : '', "\n";
