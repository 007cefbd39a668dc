# SPDX-License-Identifier: MIT
#
# bmake reads this file first. Its own one has rules that nothing here needs.
