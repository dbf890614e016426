package org.flatgaze.runtime.broker;

import java.util.Arrays;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.runtime.publish.GazeCodec;
import org.flatgaze.runtime.publish.GazeEncoding;

/** Messages as a publisher writes them. */
final class TestMessages {

    private TestMessages() {}

    static byte[] cbor(long sequence) {
        GazeSample sample = new GazeSample();
        sample.clear();
        sample.sequence = sequence;
        GazeCodec codec = new GazeCodec(GazeEncoding.CBOR, 160, 96);
        return Arrays.copyOf(codec.buffer(), codec.encode(sample, 0));
    }
}
