/**
 * What a hybrid of multiplication, shift and adder layers costs on an accelerator: layer tables, the mapper published
 * with ShiftAddNAS as mode {@code paper}, the same mapper with its four flaws mended as {@code fair}, and the allocation
 * of processing elements of NASA.
 *
 * <p>Every figure is predicted by an analytical model; nothing here was measured on a chip.
 */
package org.flatgaze.accel.shiftadd.cost;
