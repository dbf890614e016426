package org.flatgaze.accel.emulator;

/** The ranges that quantisation goes by, for each tensor of a graph; every range holds 0. */
interface TensorRanges {

    /** Low end of a tensor's range, at most 0. */
    float low(int tensor);

    /** High end of a tensor's range, at least 0. */
    float high(int tensor);

    /** Low end of a channel's range within the tensor's, at most 0. */
    float low(int tensor, int channel);

    /** High end of a channel's range within the tensor's, at least 0. */
    float high(int tensor, int channel);
}
