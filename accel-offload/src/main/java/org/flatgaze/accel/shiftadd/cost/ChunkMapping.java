package org.flatgaze.accel.shiftadd.cost;

/**
 * How a layer runs on its chunk.
 *
 * @param layer what runs
 * @param order loops over tiles
 * @param outputTile output channels of a tile
 * @param inputTile input channels of a tile
 * @param rowTile output rows of a tile
 * @param cycles the longer of computing and moving data
 * @param dramBytes bytes from and to DRAM
 * @param energyMj arithmetic, buffer and DRAM
 */
public record ChunkMapping(
        LayerShape layer,
        LoopOrder order,
        int outputTile,
        int inputTile,
        int rowTile,
        double cycles,
        double dramBytes,
        double energyMj) {

    double merit() {
        return cycles * energyMj;
    }
}
