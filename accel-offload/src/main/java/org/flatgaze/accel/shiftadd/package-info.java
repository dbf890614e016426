/**
 * Layers without multiplications - shift, adder, shift+add block, binary attention and their router - with exact formats,
 * plain reference semantics, and kernels in scalar and vector form.
 *
 * <p>Integers only: two implementations of one operation agree in every bit. Where the formats come from: DeepShift,
 * AdderNet, ShiftAddNet, ShiftAddNAS and ShiftAddViT, as far as their public code defines them.
 */
package org.flatgaze.accel.shiftadd;
