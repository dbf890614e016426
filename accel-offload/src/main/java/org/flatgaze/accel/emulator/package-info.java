/**
 * The bit-exact interpreter of layer graphs, reference of every other backend
 * ({@link org.flatgaze.accel.emulator.Int8Interpreter}), the quantiser that makes 8-bit graphs from float32 ones
 * ({@link org.flatgaze.accel.emulator.Quantizer}), and the backend {@code "emulator"}.
 */
package org.flatgaze.accel.emulator;
