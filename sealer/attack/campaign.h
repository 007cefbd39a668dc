// SPDX-License-Identifier: MIT
//
// Attacks every range that should be sealed, with every attack, in forked children, and records the
// results (protocol/attack_record.h).
//
// Input: the published ledger and the means of attack. Output: records. It judges nothing, and
// harms only its children. All code of this folder is cold: only --verify runs it.
#pragma once

#include "sealer/attack/operations.h"
#include "signet/ledger.h"

#pragma GCC visibility push(hidden)

namespace signet {

// An attack that has spoiled this many children is not tried on more ranges of the same kind.
// Otherwise a range that is not sealed at all would cost a child for every attack.
inline constexpr unsigned kEnoughSpoiledChildren = 4;

// It attacks the ranges that are sealed, and those that should be sealed but could not be. It
// resets the dispositions of all signals and the limit of core files. If there is no
// memory or process for the attacks, it says so and ends the process.
[[gnu::cold]] std::span<const AttackRecord> AttackSeals(const signet_ledger& ledger,
                                                        const AttackMeans& means);

}  // namespace signet

#pragma GCC visibility pop
