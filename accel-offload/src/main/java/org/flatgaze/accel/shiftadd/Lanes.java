package org.flatgaze.accel.shiftadd;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector species of this JVM, all one register wide or half of it.
 *
 * <p>How the vector bodies of this package are written: a loop over vectors stands in a method of its own that is longer
 * than the 325 bytecodes C2 inlines, without small methods in between, and ends by storing its sums. Such a method is
 * always compiled from itself as the root. Inlined into its callers, the calls inside the Vector API would pass the depth C2
 * follows, and vectors would become objects: 20 to 1,000 times slower, in some runs and not in others.
 */
final class Lanes {

    static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_PREFERRED;
    static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
    static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;

    /** As many bytes as {@link #SHORTS} has lanes. */
    static final VectorSpecies<Byte> HALF_BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(BYTES.vectorBitSize() / 2));

    static final int BYTE_COUNT = BYTES.length();
    static final int SHORT_COUNT = SHORTS.length();
    static final int INT_COUNT = INTS.length();
    static final int LONG_COUNT = LONGS.length();

    private Lanes() {}
}
