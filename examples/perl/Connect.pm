# ask() sends a command to the Redis of RINGBACK_REDIS_URL. Needs Redis.pm (Debian: libredis-perl).
package Connect;
use strict;
use warnings;
use Exporter qw(import);
use Redis;
use Time::HiRes qw(sleep);
our @EXPORT_OK = qw(ask connection);

sub connection {
    my $url = $ENV{RINGBACK_REDIS_URL} // 'redis://127.0.0.1:6379';
    my ($user, $password, $server) = $url =~ m{^redis://(?:([^:@/]*):([^@/]*)@)?([^/]+)}
        or die "RINGBACK_REDIS_URL must be redis://[user:password@]host[:port]\n";
    my @login = defined $password ? (username => $user || 'default', password => $password) : ();
    return Redis->new(server => $server =~ /:/ ? $server : "$server:6379", @login);
}

my $redis;

# Sends it again while there is no connection, so it must be safe to send twice. Dies of what Redis refuses.
sub ask {
    my ($command, @words) = @_;
    # Redis.pm answers otherwise where one value is wanted.
    my $wants_list = wantarray;
    for (1 .. 30) {
        my @answer;
        my $is_answered = eval {
            $redis //= connection();
            @answer = $wants_list ? $redis->$command(@words) : scalar $redis->$command(@words);
            1;
        };
        return $wants_list ? @answer : $answer[0] if $is_answered;
        # Redis' own answers begin with the command.
        die $@ if $@ =~ /^\[\w+\]/;
        undef $redis;
        sleep 0.5;
    }
    die "no connection: $@";
}

1;
