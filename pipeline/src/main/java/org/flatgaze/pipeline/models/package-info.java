/** The trained networks on disk: manifest, digests, shapes, and how a picture enters them. */
package org.flatgaze.pipeline.models;
