#!/usr/bin/perl
# Takes a callback back, and says what came of it: perl cancel.pl acme-4711
# Needs Redis.pm (Debian: libredis-perl). Exit status 0: it is cancelled. Said twice, it does nothing more.
use strict;
use warnings;
use FindBin qw($Bin);
use JSON::PP qw(decode_json encode_json);
use Time::HiRes qw(sleep);
use lib $Bin;
use Connect qw(ask);

my $id = shift or die "usage: cancel.pl ID\n";
my $wish = encode_json({ id => $id, by => 'perl', reason => 'reached by mail' });
my $entry = ask(xadd => '{ringback:default}:inbox', '*', cancel => $wish);

for (1 .. 100) {
    my $answer = ask(get => "{ringback:default}:wish:$entry");
    if (defined $answer) {
        # What became of each callback; or the dead letter that the wish has become, where it is about none.
        my $outcomes = decode_json($answer);
        die "$outcomes->{code}: $outcomes->{message}\n" if ref $outcomes eq 'HASH';
        print "$_->{id} $_->{outcome}\n" for @$outcomes;
        exit((grep { $_->{outcome} ne 'cancelled' } @$outcomes) ? 1 : 0);
    }
    sleep 0.1;
}
die "no worker has seen to it yet: what was said stands\n";
