// SPDX-License-Identifier: MIT
//
// Attacks every range that is meant to be sealed with every attack there is, in forked children,
// and writes down what came of it (attack_record.h).
//
// Input: the published ledger and the means of attack. Output: a stream of records. It judges
// nothing, and harms nothing but its children.
#pragma once

#include "sealer/attack/operations.h"
#include "signet/ledger.h"

#pragma GCC visibility push(hidden)

namespace signet {

// What has spoiled so many children is not tried again on more ranges of the same kind: a range
// that is not sealed at all would cost a child for every attack.
inline constexpr unsigned kEnoughSpoiledChildren = 4;

// Writes the stream to `fd`. Ranges are attacked that are sealed, and those that should be and
// could not be. Sets the dispositions of SIGCHLD and SIGALRM and the limit of core files.
void AttackSeals(const signet_ledger& ledger, const AttackMeans& means, int fd);

}  // namespace signet

#pragma GCC visibility pop
