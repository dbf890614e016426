/**
 * Sparse attention with fixed masks for other models on the device (ViTCoD, HPCA 2023): making masks, compiling them,
 * running them faster than dense attention, folding the head auto-encoder, and the closed form of the engine.
 */
package org.flatgaze.accel.vitcod;
