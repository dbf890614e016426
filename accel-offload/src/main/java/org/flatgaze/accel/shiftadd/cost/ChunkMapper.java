package org.flatgaze.accel.shiftadd.cost;

import java.util.ArrayList;
import java.util.List;

/**
 * Searches loop order and tiling of each layer for the least product of energy and delay on a chunked accelerator with
 * 8-bit operands and 32-bit sums.
 *
 * <p>An analytical model of our own in the spirit of NASA, whose mapper was never published: a tile's outputs are spread
 * over the chunk's elements; tiles of inputs and weights are fetched as often as the loop order makes necessary, twice
 * buffered; sums that leave before they are complete come back. Bytes cost 100 pJ at DRAM and 11.1 pJ at the buffer
 * (200 and 22.2 pJ per 16 bits, as in the published simulator). Registers are not modelled.
 */
public final class ChunkMapper {

    private static final double DRAM_PJ_PER_BYTE = 100;
    private static final double BUFFER_PJ_PER_BYTE = 11.1;
    private static final int SUM_BYTES = 4;

    private final ChunkProfile profile;
    private final UnitEnergies energies;

    public ChunkMapper(ChunkProfile profile, UnitEnergies energies) {
        this.profile = profile;
        this.energies = energies;
    }

    /** Best mapping of every layer, in order. */
    public List<ChunkMapping> map(List<LayerShape> layers) {
        List<ChunkMapping> mappings = new ArrayList<>();
        for (LayerShape layer : layers) {
            mappings.add(map(layer));
        }
        return mappings;
    }

    /**
     * Best mapping of one layer.
     *
     * @throws InfeasibleMappingException if the smallest tile does not fit the buffer
     */
    public ChunkMapping map(LayerShape layer) {
        ChunkMapping best = null;
        int outputs = layer.outputChannels() / layer.groups();
        int inputs = layer.inputChannels() / layer.groups();
        int rows = layer.outputHeight() * (layer.isSinglePixel() ? layer.batch() : 1);
        for (int m : divisors(outputs)) {
            for (int c : divisors(inputs)) {
                for (int e : divisors(rows)) {
                    if (tileBytes(layer, m, c, e) > profile.bufferBytes()) {
                        continue;
                    }
                    for (LoopOrder order : LoopOrder.values()) {
                        ChunkMapping candidate = price(layer, order, m, c, e, outputs / m, inputs / c, rows / e);
                        if (best == null || candidate.merit() < best.merit()) {
                            best = candidate;
                        }
                    }
                }
            }
        }
        if (best == null) {
            throw new InfeasibleMappingException("layer " + layer.name() + " fits no tile: bufferBytes="
                    + profile.bufferBytes() + ", the smallest tile needs " + tileBytes(layer, 1, 1, 1));
        }
        return best;
    }

    private ChunkMapping price(
            LayerShape layer, LoopOrder order, int m, int c, int e, long mTrips, long cTrips, long eTrips) {
        long groups = layer.groups();
        double inputFetches = groups * order.fetches("CE", mTrips, cTrips, eTrips);
        double weightFetches = groups * order.fetches("MC", mTrips, cTrips, eTrips);
        double sumVisits = groups * order.fetches("ME", mTrips, cTrips, eTrips);
        double outputs = (double) groups * mTrips * eTrips;
        // Complete outputs leave as bytes; incomplete sums leave and come back in full width.
        double dram = inputFetches * inputBytes(layer, c, e)
                + weightFetches * weightBytes(layer, m, c)
                + outputs * outputWords(layer, m, e)
                + (sumVisits - outputs) * 2 * SUM_BYTES * outputWords(layer, m, e);
        long spread = outputWords(layer, m, e);
        int elements = profile.elements(layer.kind());
        long groupsAtOnce = Math.clamp(elements / spread, 1, groups);
        double steps = Math.ceil((double) groups / groupsAtOnce) * mTrips * cTrips * eTrips;
        double compute =
                steps * Math.ceil((double) spread * groupsAtOnce / elements) * c * layer.kernel() * layer.kernel();
        double taps = layer.taps();
        // Each tap reads an input from the buffer once per row of elements that share it; sums stay in registers.
        double bufferBytes =
                taps / Math.max(1, Math.min(m, elements)) + taps / Math.max(1, Math.min(spread / m, elements));
        double pico = taps * tapPj(layer.kind()) + dram * DRAM_PJ_PER_BYTE + bufferBytes * BUFFER_PJ_PER_BYTE;
        double cycles = Math.max(compute, dram / profile.dramBytesPerCycle());
        return new ChunkMapping(layer, order, m, c, e, cycles, dram, pico * 1e-9);
    }

    private double tapPj(LayerKind kind) {
        return switch (profile.chunk(kind)) {
            case SHIFT -> energies.shiftAccumulatePj();
            case ADD -> energies.differenceAccumulatePj();
            case CONV, LINEAR, MATMUL -> energies.multiplyAccumulatePj();
        };
    }

    private static double tileBytes(LayerShape layer, int m, int c, int e) {
        return 2 * (inputBytes(layer, c, e) + weightBytes(layer, m, c)) + (double) SUM_BYTES * outputWords(layer, m, e);
    }

    private static double inputBytes(LayerShape layer, int c, int e) {
        return (double) c * ((e - 1) * layer.stride() + layer.kernel()) * layer.inputWidth();
    }

    private static double weightBytes(LayerShape layer, int m, int c) {
        double bytes = (double) m * c * layer.kernel() * layer.kernel();
        return layer.kind() == LayerKind.SHIFT ? bytes / 2 : bytes; // four bits a weight
    }

    private static long outputWords(LayerShape layer, int m, int e) {
        return (long) m * e * layer.outputWidth();
    }

    private static List<Integer> divisors(int number) {
        List<Integer> divisors = new ArrayList<>();
        for (int d = 1; d <= number; d++) {
            if (number % d == 0) {
                divisors.add(d);
            }
        }
        return divisors;
    }
}
