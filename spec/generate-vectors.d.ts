export declare function vectorFiles(): Map<string, string>;
