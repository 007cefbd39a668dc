# SPDX-License-Identifier: MIT
use strict; use warnings;
use List::Util qw(sum0 shuffle first reduce); use Scalar::Util qw(weaken reftype dualvar);
use Storable qw(freeze thaw dclone); use Encode qw(encode decode); use POSIX qw(floor strftime);
use Socket; use Time::HiRes qw(time); use Data::Dumper; use Digest::SHA qw(sha256_hex);
use MIME::Base64; use Compress::Zlib; use IO::Socket::INET; use Fcntl ':flock'; use B ();
print sum0(1 .. 100), " ", first { $_ > 3 } (1 .. 9); print " ", reduce { $a * $b } 1 .. 10; print "\n";
my $tree = {list => [1, 2, {deep => "x"}], name => "tree"};
local $Data::Dumper::Sortkeys = 1; local $Data::Dumper::Indent = 1;
print Dumper(thaw(freeze(dclone($tree))));
print unpack("H*", encode($_, "\x{65e5}\x{672c}")), "\n" for "UTF-16BE", "Shift_JIS", "EUC-JP", "ISO-2022-JP", "cp936", "big5-eten";
print floor(-1.5), " ", strftime("%F %T", gmtime 1000000000), " ", POSIX::LONG_MAX(), "\n";
print sha256_hex("signet"), " ", encode_base64("signet"), uncompress(compress("squeezed")), "\n";
my $server = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1") or die;
if (!fork) { my $c = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $server->sockport); print $c "over a socket\n"; exit }
print scalar readline $server->accept; wait;
eval { require List::Nothing }; print $@ =~ /^(Can't locate \S+)/, "\n";
print B::svref_2object(sub {})->GV->NAME, "\n";
