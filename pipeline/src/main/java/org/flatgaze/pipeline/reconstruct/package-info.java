/**
 * Raw FlatCam planes to pictures: separable Tikhonov with centring folded into the matrices, so that a picture, its half
 * size and any region of it are two matrix products.
 */
package org.flatgaze.pipeline.reconstruct;
