/**
 * Attention kernels over fixed masks: patterns compiled once, then run densely, by query tiles, hybrid or pair by pair.
 */
package org.flatgaze.accel.vitcod.attention;
