package org.flatgaze.accel.shiftadd.cost;

import java.util.List;

/**
 * An accelerator with a chunk of elements for each kind of layer, one buffer and one path to DRAM, shared by the chunks.
 *
 * @param name how the profile is asked for
 * @param multiplyElements elements that multiply, 0 where there are none
 * @param shiftElements elements that shift; with none, shift layers run where multiplications do
 * @param addElements elements that subtract; with none, adder layers run where multiplications do
 * @param bufferBytes buffer of one chunk
 * @param dramBytesPerCycle bytes a cycle from and to DRAM
 * @param clockHz cycles a second
 */
public record ChunkProfile(
        String name,
        int multiplyElements,
        int shiftElements,
        int addElements,
        int bufferBytes,
        double dramBytesPerCycle,
        double clockHz) {

    private static final int EYERISS_ELEMENTS = 168;
    private static final double CLOCK_HZ = 370e6;

    public ChunkProfile {
        if (multiplyElements < 1 || shiftElements < 0 || addElements < 0) {
            throw new IllegalArgumentException("elements multiply=" + multiplyElements + " shift=" + shiftElements
                    + " add=" + addElements + ": expected >= 1, >= 0 and >= 0");
        }
        if (bufferBytes < 1 || !(dramBytesPerCycle > 0) || !(clockHz > 0)) {
            throw new IllegalArgumentException("bufferBytes=" + bufferBytes + " dramBytesPerCycle=" + dramBytesPerCycle
                    + " clockHz=" + clockHz + ": expected all > 0");
        }
    }

    /**
     * The 168-element array with multipliers only, and the same area divided for a network; an accelerator of EyeCoD's
     * size (1,024 elements, 370 MHz) likewise.
     */
    public static List<ChunkProfile> forNetwork(List<LayerShape> layers) {
        return List.of(
                multipliers("mac-168", EYERISS_ELEMENTS, 131_072, 250e6),
                divided("chunks-168", layers, EYERISS_ELEMENTS, 131_072, 250e6),
                multipliers("mac-1024", 1024, 1 << 20, CLOCK_HZ),
                divided("chunks-1024", layers, 1024, 1 << 20, CLOCK_HZ));
    }

    /**
     * An array with multipliers only and the same area divided for a network, of another size.
     *
     * @param elements multipliers that fit the area
     * @param bufferBytes buffer of one chunk
     * @throws IllegalArgumentException if the area does not hold one element of every kind that the network needs
     */
    public static List<ChunkProfile> ofSize(List<LayerShape> layers, int elements, int bufferBytes) {
        if (elements < 1) {
            throw new IllegalArgumentException("elements=" + elements + ": expected >= 1");
        }
        return List.of(
                multipliers("mac-" + elements, elements, bufferBytes, CLOCK_HZ),
                divided("chunks-" + elements, layers, elements, bufferBytes, CLOCK_HZ));
    }

    private static ChunkProfile multipliers(String name, int elements, int buffer, double clock) {
        return new ChunkProfile(name, elements, 0, 0, buffer, 16, clock);
    }

    private static ChunkProfile divided(String name, List<LayerShape> layers, int elements, int buffer, double clock) {
        ChunkAreas areas = ChunkAreas.standard();
        long shifts = 0;
        long additions = 0;
        long multiplications = 0;
        for (LayerShape layer : layers) {
            switch (layer.kind()) {
                case SHIFT -> shifts += layer.taps();
                case ADD -> additions += layer.taps();
                case CONV, LINEAR, MATMUL -> multiplications += layer.taps();
            }
        }
        ChunkAllocation split =
                ChunkAllocation.divide(multiplications, shifts, additions, areas, elements * areas.multiply());
        return new ChunkProfile(name, split.multiply(), split.shift(), split.add(), buffer, 16, clock);
    }

    /** Elements that run layers of a kind. */
    public int elements(LayerKind kind) {
        int own = switch (kind) {
            case SHIFT -> shiftElements;
            case ADD -> addElements;
            case CONV, LINEAR, MATMUL -> multiplyElements;
        };
        return own > 0 ? own : multiplyElements;
    }

    /** The chunk that runs layers of a kind. */
    public LayerKind chunk(LayerKind kind) {
        boolean own = (kind == LayerKind.SHIFT && shiftElements > 0) || (kind == LayerKind.ADD && addElements > 0);
        return own ? kind : LayerKind.CONV;
    }
}
